/// What is deployed: versions of functions, and the folder that is served in development. Start at
/// [Deployment]. Knows no processes.
@NullMarked
package io.stabbur.functions.deploy;

import org.jspecify.annotations.NullMarked;
