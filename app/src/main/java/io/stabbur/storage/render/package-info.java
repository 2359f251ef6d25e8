/// Images rendered to a size and format. Start at [ImageRenderer]; everything an image can do to
/// memory and time is bounded there before a pixel is decoded.
@NullMarked
package io.stabbur.storage.render;

import org.jspecify.annotations.NullMarked;
