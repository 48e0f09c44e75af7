import classes from './Brand.module.css'

export function Brand() {
  return (
    <span className={classes.brand}>
      <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden>
        <rect width="32" height="32" rx="8" fill="var(--mantine-color-accent-7)" />
        <path
          d="M8 13v6M13 9v14M18 12v8M23 14v4"
          fill="none"
          stroke="#fff"
          strokeWidth="2.6"
          strokeLinecap="round"
        />
      </svg>
      Zentrix Agent Studio
    </span>
  )
}
