import { EventName } from '@stoqey/ib';
import type { Wire } from './wire.ts';

export function subscribeResearchEvents(wire: Wire): void {
  subscribeNews(wire);
  subscribeScanner(wire);
  subscribeReports(wire);
}

function subscribeNews({ ib, guarded, answer, broadcast }: Wire): void {
  ib.on(
    EventName.newsProviders,
    guarded((providers) => broadcast({ type: 'news-providers', providers })),
  );
  ib.on(
    EventName.historicalNews,
    guarded((id, time, providerCode, articleId, headline) =>
      answer(id, { type: 'headline', time, providerCode, articleId, headline }),
    ),
  );
  ib.on(
    EventName.historicalNewsEnd,
    guarded((id, hasMore) => answer(id, { type: 'headlines-end', hasMore })),
  );
  ib.on(
    EventName.newsArticle,
    guarded((id, format, text) => answer(id, { type: 'article', format, text })),
  );
  ib.on(
    EventName.updateNewsBulletin,
    guarded((id, kind, text, exchange) => broadcast({ type: 'bulletin', id, kind, text, exchange })),
  );
}

function subscribeScanner({ ib, guarded, answer, broadcast }: Wire): void {
  ib.on(
    EventName.scannerParameters,
    guarded((xml) => broadcast({ type: 'scanner-parameters', xml })),
  );
  ib.on(
    EventName.scannerData,
    guarded((id, rank, details, distance, benchmark, projection) =>
      answer(id, { type: 'scanner-row', rank, details, distance, benchmark, projection }),
    ),
  );
  ib.on(
    EventName.scannerDataEnd,
    guarded((id: number) => answer(id, { type: 'scanner-end' })),
  );
}

function subscribeReports({ ib, guarded, answer }: Wire): void {
  ib.on(
    EventName.fundamentalData,
    guarded((id, xml) => answer(id, { type: 'fundamentals', xml })),
  );
  ib.on(
    EventName.wshMetaData,
    guarded((id, json) => answer(id, { type: 'calendar-meta', json })),
  );
  ib.on(
    EventName.wshEventData,
    guarded((id, json) => answer(id, { type: 'calendar-events', json })),
  );
}
