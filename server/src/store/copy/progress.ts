/** How far a long work is. */
export type Progress = (doing: string, done: number, total: number) => void

/** What a long work is watched and ended by. */
export type Watch = { progress: Progress; signal: AbortSignal }
