/// Attacks on a running server, made up at random from what it serves. Start at [AttackSuiteTest].
///
/// [WorldSetup] makes three organisations with people, rows and files that hold canaries.
/// [Surfaces] make requests: each is one protocol and takes tables, functions, buckets and routes
/// from the running product, so a new one of these is attacked without a change here. A new
/// protocol, such as realtime or functions, brings a [Surface] of its own; until then [AnyRoute]
/// tries its routes. [Judge] judges answers, [Aftermath] what a batch of tries left behind; neither
/// knows surfaces.
@NullMarked
package io.stabbur.attack;

import org.jspecify.annotations.NullMarked;
