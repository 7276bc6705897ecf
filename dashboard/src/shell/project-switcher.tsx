/** Which project this is, and the way to the others. A tab keeps to its project; several can be open at once. */
import { Menu, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconSelector } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useProject } from "../router/project-context.ts";
import { BellMark } from "./mark.tsx";
import styles from "./rail.module.css";

export function ProjectSwitcher() {
  const { id, name, me } = useProject();
  return (
    <Menu width={240} position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={styles.who}>
          <BellMark size={26} />
          <span className={styles.whoText}>
            <VisuallyHidden>Project </VisuallyHidden>
            <span className={styles.line} style={{ display: "block" }}>
              {name}
            </span>
            <span className={styles.subline} style={{ display: "block" }}>
              Carillon · {me.region}
            </span>
          </span>
          <IconSelector size={16} stroke={1.7} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Your projects</Menu.Label>
        {me.projects.map((project) => (
          <Menu.Item
            key={project.id}
            component={Link}
            to={`/p/${project.id}`}
            rightSection={project.id === id ? <IconCheck size={15} aria-label="this one" /> : null}
          >
            {project.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
