// Calculate sheets that are given as rows: node hyperformula.js ROWS.json SHEET COLUMN FIRST LAST
const fs = require("fs");
const { HyperFormula } = require("hyperformula");
const [file, sheet, column, first, last] = process.argv.slice(2);
const engine = HyperFormula.buildFromSheets(JSON.parse(fs.readFileSync(file, "utf8")), {
  licenseKey: "gpl-v3", useArrayArithmetic: true, maxRows: 70000,
});
const texts = [];
for (let row = Number(first) - 1; row < Number(last); row++) {
  const value = engine.getCellValue({
    sheet: engine.getSheetId(sheet), row, col: Number(column) - 1,
  });
  texts.push(String(value && value.value ? value.value : value).toUpperCase());
}
console.log(JSON.stringify(texts));
