/// What operators install from: the image and the chart, shown to work where neither a container
/// engine nor a cluster is at hand.
@NullMarked
package io.stabbur.packaging;

import org.jspecify.annotations.NullMarked;
