/// Stage five: what the database answered, in the words of HTTP. [ReplyWriter] makes a [Reply] of a
/// plan and its [Outcome]. Pure.
@NullMarked
package io.stabbur.data.reply;

import org.jspecify.annotations.NullMarked;
