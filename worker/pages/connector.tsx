import { Layout } from './layout.tsx';

/** What a person sees who opens the connector's address in a browser. */
export function ConnectorPage({ address }: { address: string }) {
  return (
    <Layout title="A connector for assistants">
      <section>
        <p>This address is for an assistant, not for a browser. Paste it there as a custom connector:</p>
        <pre>{address}</pre>
        <p>The assistant then sends you here to sign in and to say what it may do.</p>
      </section>
      <p>
        <a href="/">Open the dashboard</a>
      </p>
    </Layout>
  );
}
