/** What something is called inside, made from what people call it: "Ventas y pedidos" → "ventas-y-pedidos". */
export const shortName = (title: string, join = "-") =>
  title
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim()
    .replaceAll(" ", join)
    .slice(0, 64);
