// The agent's browser phone. So far: SIP in the browser, for the page that needs it.
import * as JsSIP from "jssip";

window.JsSIP = JsSIP;
