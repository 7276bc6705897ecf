/** What would have left: the outbox of the sandbox gateway. */
import { PageHeader } from "../../components/page-header.tsx";

export default function SandboxPage() {
  return <PageHeader title="Sandbox" />;
}
