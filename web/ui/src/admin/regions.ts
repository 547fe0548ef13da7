/** Countries and regions whose public holidays a company can close on: ISO 3166-1, and 3166-2 for Spain. */

const SPAIN: Record<string, string> = {
  AN: "Andalucía",
  AR: "Aragón",
  AS: "Asturias",
  CB: "Cantabria",
  CE: "Ceuta",
  CL: "Castilla y León",
  CM: "Castilla-La Mancha",
  CN: "Canarias",
  CT: "Catalunya",
  EX: "Extremadura",
  GA: "Galicia",
  IB: "Illes Balears",
  MC: "Murcia",
  MD: "Madrid",
  ML: "Melilla",
  NC: "Navarra",
  PV: "Euskadi",
  RI: "La Rioja",
  VC: "Comunitat Valenciana",
};
const COUNTRIES = ["ES", "AD", "AR", "CL", "CO", "DE", "FR", "GB", "IE", "IT", "MX", "PE", "PT", "US", "UY"];

export const REGIONS: string[] = [
  ...COUNTRIES.slice(0, 1),
  ...Object.keys(SPAIN).map(region => `ES-${region}`),
  ...COUNTRIES.slice(1),
];

/** What the region of a code is called; the code itself when it is not known here. */
export function regionName(code: string, language: "es" | "en"): string {
  const [country = "", region] = code.split("-");
  if (region !== undefined && country === "ES") return SPAIN[region] ?? code;
  try {
    return new Intl.DisplayNames([language], { type: "region" }).of(country) ?? code;
  } catch {
    return code;
  }
}
