/// What a database offers: relations, relationships, functions, handlers, as one immutable
/// [Catalog] for each project, read by [CatalogReader] and replaced whole. Knows nothing of
/// requests but their media types.
@NullMarked
package io.stabbur.data.catalog;

import org.jspecify.annotations.NullMarked;
