/** What the diagram is painted with, as numbers: a row a name. */
export function NumberTable({ label, heads, rows }: Props) {
  return (
    <section class="sqv-cost-table" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, cells }, at) => (
            <tr key={at}>
              <th scope="row">{name}</th>
              {cells.map((cell, column) => (
                <td key={heads[column + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface Props {
  label: string;
  /** Of the names, then of each cell. */
  heads: readonly string[];
  rows: readonly { name: string; cells: readonly string[] }[];
}
