/// The language model behind the service: any endpoint that speaks OpenAI's protocol, set in the
/// configuration.
@NullMarked
package dev.athanor.prompt.language;

import org.jspecify.annotations.NullMarked;
