// Open workbooks and save them again: node resave.js LIBRARY SOURCE TARGET [SOURCE TARGET ...]
const [library, ...files] = process.argv.slice(2);

async function resave(source, target) {
  if (library === "exceljs") {
    const ExcelJS = require("exceljs");
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(source);
    await book.xlsx.writeFile(target);
  } else {
    const XLSX = require("xlsx");
    XLSX.writeFile(XLSX.readFile(source, { cellStyles: true, cellFormula: true }), target);
  }
}

(async () => {
  for (let k = 0; k < files.length; k += 2) await resave(files[k], files[k + 1]);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
