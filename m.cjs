const t00=performance.now();require("module").enableCompileCache("/tmp/cc-recipe");
const t0=performance.now(); for (const m of process.argv.slice(2)) require(m); console.log(process.argv.slice(2).join(), (performance.now()-t0).toFixed(1), "total", performance.now().toFixed(1));
