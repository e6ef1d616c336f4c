// The behaviour of every page, by data attributes. One module per concern; README.md of the app lists the attributes.
import "./person.js";
import "./theme.js";
import "./nav.js";
import "./menu.js";
import "./keyboard.js";
import "./palette.js";
import "./dialogs.js";
import "./rows.js";
import "./drawer.js";
import "./toast.js";
import "./clocks.js";
import "./drafts.js";
import "./reveal.js";
import "./copy.js";
import "./busy.js";
import "./files.js";
import "./network.js";
