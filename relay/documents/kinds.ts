/** The kinds of document that are read here. */
export type Kind =
  | 'advisorAliases'
  | 'advisorGroups'
  | 'article'
  | 'calendarEvents'
  | 'calendarTypes'
  | 'report'
  | 'statementDigest'
  | 'statementRows';
