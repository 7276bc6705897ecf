/** The overview of a project. */
import { PageHeader } from "../../components/page-header.tsx";
import { useProject } from "../../router/project-context.ts";

export default function HomePage() {
  const { name } = useProject();
  return <PageHeader title={name} />;
}
