/** Signs on buttons; what they mean stands beside them, or in the button's name. */

const PATHS = {
  camera:
    "M1.8 4.8h2.900l1.200-1.800h4.200l1.200 1.800h2.900v8.200H1.800zM10.400 8.700a2.400 2.400 0 1 1-4.800 0 2.400 2.400 0 0 1 4.800 0z",
  upload: "M8 10.5V2.5M4.8 5.5 8 2.3l3.2 3.2M2.5 10v3.5h11V10",
  warn: "M8 2.2 14.3 13.4H1.7zM8 6.4v3.4M8 11.6v.2",
  close: "M4 4l8 8M12 4l-8 8",
  enlarge: "M9.500 2.500h4v4M13.500 2.500 9 7M6.500 13.500h-4v-4M2.500 13.500 7 9",
  search: "M11 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM10 10l3.5 3.5",
  pin: "M6 2.5h4l-.6 4 2.1 2.500h-7l2.100-2.500zM8 9v4.500",
};

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" class="sqv-icon">
      <path d={PATHS[name]} />
    </svg>
  );
}
