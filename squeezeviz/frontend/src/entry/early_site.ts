/** Runs in the head of a page that is one of a folder, while its own program is on its way. */
import { EarlySite, leaveForPage } from "../host/early_site.ts";
import { siteOf } from "../host/site.ts";

const site = location.protocol === "file:" ? null : siteOf(document); // the page says why it does not open from disk
if (site) leaveForPage(new EarlySite(site));
