/** Reports how far a long job has come. */
export type Progress = (doing: string, done: number, total: number) => void

/** Lets a long job report its progress, and lets its caller end it. */
export type JobControl = { progress: Progress; signal: AbortSignal }
