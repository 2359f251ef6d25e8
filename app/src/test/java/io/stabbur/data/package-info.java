/// Tests of the data API: [Scenario] tables against a running server, by feature, and unit tests of
/// the pure stages.
@NullMarked
package io.stabbur.data;

import org.jspecify.annotations.NullMarked;
