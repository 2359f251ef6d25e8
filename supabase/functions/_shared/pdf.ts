// A PDF of plain lines in Helvetica, enough for a table: no library, no fonts to embed.

const WIDTH = 842;
const HEIGHT = 595;
const MARGIN = 40;
const LINE = 14;
const SIZE = 9;
const PER_PAGE = Math.floor((HEIGHT - 2 * MARGIN) / LINE);

/** Cells of one line stand at these distances from the left margin, in points. */
export function pdf(title: string, columns: number[], rows: string[][]): Uint8Array {
  const lines = [[title], [], ...rows];
  const pages: string[][][] = [];
  for (let at = 0; at < lines.length; at += PER_PAGE) pages.push(lines.slice(at, at + PER_PAGE));

  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${pages.map((_, i) => `${4 + 2 * i} 0 R`).join(" ")}] /Count ${pages.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
  ];
  pages.forEach((page, i) => {
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Contents ${5 + 2 * i} 0 R ` +
        "/Resources << /Font << /F1 3 0 R >> >> >>",
    );
    const content = page.map((cells, row) => line(cells, columns, row)).join("");
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}endstream`);
  });
  return document(objects);
}

function line(cells: string[], columns: number[], row: number): string {
  const y = HEIGHT - MARGIN - row * LINE;
  return cells
    .map((cell, i) => `BT /F1 ${SIZE} Tf ${MARGIN + (columns[i] ?? 0)} ${y} Td (${escaped(cell)}) Tj ET\n`)
    .join("");
}

/** One byte a sign, as WinAnsi has it up to U+00FF: æ, ø and å among them. */
function escaped(text: string): string {
  return [...text]
    .map((sign) => (sign.charCodeAt(0) > 255 || sign.charCodeAt(0) < 32 ? "?" : sign))
    .join("")
    .replace(/[\\()]/g, (sign) => "\\" + sign);
}

function document(objects: string[]): Uint8Array {
  let text = "%PDF-1.4\n";
  const places: number[] = [];
  objects.forEach((object, i) => {
    places.push(text.length);
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
  });
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  text += places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}
