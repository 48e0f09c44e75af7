type Form<Path> = { getInputNode: (path: Path) => HTMLElement | null }

/** For a form's `onSubmit`: puts the focus on the first field with an error. */
export function focusFirst<Path extends string>(form: Form<Path>) {
  return (errors: Partial<Record<Path, unknown>>) => {
    const [first] = Object.keys(errors) as Path[]
    // Later, because the errors are not drawn yet.
    if (first) setTimeout(() => form.getInputNode(first)?.focus())
  }
}
