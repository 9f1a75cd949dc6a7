// The agent's browser phone: window.sanxiang.phone. The desk's page starts it; tests read its state and `stats()`.
import { Phone } from "./desk/softphone.js";

window.sanxiang = Object.assign(window.sanxiang ?? {}, { phone: new Phone() });
