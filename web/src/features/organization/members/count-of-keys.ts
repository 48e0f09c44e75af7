/** Such as `1 active key` or `1,200 active keys`. */
export function countOfKeys(count: number): string {
  return `${count.toLocaleString('en')} active ${count === 1 ? 'key' : 'keys'}`
}
