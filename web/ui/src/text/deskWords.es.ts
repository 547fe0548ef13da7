/** Words of the agent's desk and the supervisor's wall. */

export const deskEs = {
  park: "Aparcar",
  parked: "Aparcada en el {slot}. Marca *70{slot} para recuperarla.",
  redial: "Volver a llamar al {number}",
  pickUp: "Capturar la llamada de {name}",
  pickUpAny: "Capturar una llamada que suena",
  bringIn: "Unir a la conversación",
  inConference: "Conversación a tres",
  levels: "Nivel del micrófono y de lo que se oye",
  headsetKeys: "Usar las teclas de los auriculares",
  headsetConnected: "Teclas de {name} conectadas",
  headsetRefused: "No se pudieron usar las teclas de estos auriculares.",
  keyPark: "Aparcar la llamada",
  keyTransfer: "Transferir",
  keyHangUp: "Colgar",
  keyRecord: "Pausar o seguir la grabación",
  keySwap: "Cambiar de llamada",
  phoneTakeOverHint: "Las llamadas de la otra pestaña siguen en esta.",
} as const;
