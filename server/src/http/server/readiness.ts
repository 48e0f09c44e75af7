/** Whether requests can be answered: not shutting down, and the database reads and writes. */
export type Readiness = {
  isReady(): Promise<boolean>
  startDraining(): void
  isDraining(): boolean
}
