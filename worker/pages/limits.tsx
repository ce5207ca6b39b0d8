import { plainText } from '../../shared/plain-text.ts';
import type { LimitsView, RelayView } from '../home/home.ts';
import { displayName } from './display-name.ts';
import { Layout } from './layout.tsx';

type Field = LimitsView['fields'][number];

/** The limits that are set here, on top of those at home, as a form that works without scripts. */
export function LimitsPage({ view, relays }: { view: LimitsView; relays: readonly RelayView[] }) {
  const { id, fields, problem } = view;
  const nameOf = (device: string) => displayName(relays.find((one) => one.id === device)?.name ?? device);
  return (
    <Layout title="Limits on orders" signedIn>
      {problem === undefined ? null : <p role="alert">{problem}</p>}
      <section>
        <p>
          These come on top of the limits at home, in the relay’s own policy. Both are judged, and the stricter one
          counts: nothing here can allow what is forbidden at home. An order that waits to be confirmed expires when
          they change.
        </p>
        {fields.length === 0 ? (
          <p>No relay trades, so there is nothing to limit. Trading is turned on at home, in the relay’s settings.</p>
        ) : (
          <form method="post" action="/trading/limits">
            <input type="hidden" name="seen" value={id} />
            {fields.map((field) => (
              <LimitInput field={field} nameOf={nameOf} />
            ))}
            <div class="row">
              <button type="submit">Save</button>
              <a class="button" href="/trading">
                Back to trading
              </a>
            </div>
          </form>
        )}
      </section>
    </Layout>
  );
}

function LimitInput({ field, nameOf }: { field: Field; nameOf: (device: string) => string }) {
  const { name, label, hint, kind, options, value, notes, problem } = field;
  const input = {
    id: name,
    name,
    'aria-describedby': problem === undefined ? `${name}-hint` : `${name}-problem ${name}-hint`,
    ...(problem === undefined ? {} : { 'aria-invalid': 'true' as const }),
  };
  return (
    <div class="field">
      {kind === 'flag' ? (
        <label class="option">
          <input {...input} type="checkbox" value="on" checked={value !== ''} />
          {label}
        </label>
      ) : (
        <label for={name}>{label}</label>
      )}
      {kind === 'choice' ? (
        <select {...input}>
          {options.map((option) => (
            <option value={option.value} selected={option.value === value}>
              {option.label}
            </option>
          ))}
        </select>
      ) : null}
      {kind === 'names' || kind === 'number' ? (
        <input
          {...input}
          type="text"
          value={value}
          inputmode={kind === 'number' ? 'decimal' : 'text'}
          maxlength={kind === 'number' ? 30 : 22_000}
          autocomplete="off"
        />
      ) : null}
      {problem === undefined ? null : (
        <p class="bad" id={`${name}-problem`}>
          {plainText(problem)}
        </p>
      )}
      <p class="soft" id={`${name}-hint`}>
        {hint}
        {notes.map(({ device, text }) => (
          <>
            {' '}
            <bdi>{notes.length > 1 ? `${nameOf(device)}: ` : ''}</bdi>
            {plainText(text)}
          </>
        ))}
      </p>
    </div>
  );
}
