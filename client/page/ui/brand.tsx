/** The name beside three small trees. */
export function Brand() {
  return (
    <a class="brand" href="./">
      <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
        <path class="brand-wood" d="M16 29V15M16 23 8.5 16M16 23l7.5-7" />
        <circle class="brand-leaf" cx="16" cy="9" r="6.5" />
        <circle class="brand-shade" cx="7.5" cy="15" r="5" />
        <circle class="brand-autumn" cx="24.5" cy="15" r="5" />
      </svg>
      <span translate={false}>Copse</span>
    </a>
  );
}
