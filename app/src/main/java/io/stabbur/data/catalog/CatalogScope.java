package io.stabbur.data.catalog;

import java.util.List;

/// What of a database is served.
///
/// @param schemas the exposed schemas
/// @param extraSearchPath schemas whose objects are found without being exposed
/// @param hoistedSettings patterns of function settings that hold for the whole transaction
public record CatalogScope(
    List<String> schemas, List<String> extraSearchPath, List<String> hoistedSettings) {}
