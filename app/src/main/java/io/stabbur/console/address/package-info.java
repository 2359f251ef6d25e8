/// An address of their own for the pages: [ConsolePort] opens it, [ConsoleTarget] keeps all else
/// away from it, and [ConsoleElsewhere] keeps the pages away from that of the APIs.
@NullMarked
package io.stabbur.console.address;

import org.jspecify.annotations.NullMarked;
