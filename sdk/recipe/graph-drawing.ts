import { htmlPage } from "./graph-html";
import { type GraphSource, modelOf } from "./graph-model";
import { svgFile } from "./graph-svg";

/** The graph of a recipe as a drawing: SVG, or an HTML page around it. Loaded only when somebody asks for one. */
export function draw(source: GraphSource, format: "svg" | "html"): string {
  const model = modelOf(source);
  return format === "svg" ? svgFile(model) : htmlPage(model);
}
