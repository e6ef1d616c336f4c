// The behaviour of every page, by data attributes. One module per concern; none knows of another's inside.
import "./theme.js";
