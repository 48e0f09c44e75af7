/** The cursor of a list's first page; those of later pages are texts. */
export const firstPage: string | null = null
