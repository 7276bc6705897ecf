/** Binds sealed secrets of connections to their project: a value pasted into another project's row does not open. */
export const connectionSecretContext = (projectId: number): string =>
  `project:${projectId}:connection-secret`;
