package dev.athanor.preprocessing.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class HarmlessTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void ourOwnAre() {
    assertThat(Harmless.is(JSON.readTree(ByteLevel.bytes()))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "pre_tokenizer | {'type':'ByteLevel'} | true",
        "pre_tokenizer | {'type':'Sequence','pretokenizers':[{'type':'Digits'},{'type':'ByteLevel'}]} | true",
        "pre_tokenizer | {'type':'Split','pattern':{'Regex':'\\\\p{N}{1,3}'}} | true",
        "pre_tokenizer | {'type':'Split','pattern':{'Regex':'(a+)+$'}} | false",
        "pre_tokenizer | {'type':'Split','pattern':{'String':' '}} | false",
        "pre_tokenizer | {'type':'Sequence','pretokenizers':[{'type':'ByteLevel'},{'type':'ByteLevel'}]} | false",
        "pre_tokenizer | {'type':'Sequence','pretokenizers':[{'type':'Sequence','pretokenizers':[]}]} | false",
        "pre_tokenizer | {'pattern':'a'} | false",
        "pre_tokenizer | 'ByteLevel' | false",
        "normalizer | {'type':'NFC'} | true",
        "normalizer | {'type':'Precompiled','precompiled_charsmap':'AAAA'} | false",
        "normalizer | {'type':'Replace','pattern':{'String':'a'},'content':'aa'} | false",
        "post_processor | {'type':'TemplateProcessing','single':[{'SpecialToken':{}},{'Sequence':{}}]} | true",
        "post_processor | {'type':'TemplateProcessing','single':[{'Sequence':{}},{'Sequence':{}}]} | false",
        "post_processor | {'type':'TemplateProcessing','single':'$A $A'} | false",
        "decoder | {'type':'Replace','pattern':{'String':'a'},'content':'aa'} | false",
        "model | {'type':'WordPiece','max_input_chars_per_word':100} | true",
        "model | {'type':'WordPiece','max_input_chars_per_word':1000000} | false",
        "model | {'type':'BPE','end_of_word_suffix':'much longer than any that ends a word'} | false",
        "model | {'type':'Unigram'} | false",
        "model | {'vocab':{}} | false",
        "added_tokens | [{'lstrip':false,'rstrip':false,'single_word':false}] | true",
        "added_tokens | [{'lstrip':true,'rstrip':false,'single_word':false}] | false",
        "added_tokens | [{'lstrip':false,'rstrip':false,'single_word':true}] | false"
      })
  void aPartThatIsNotKnownIsNotSaidToBe(String field, String part, boolean harmless) {
    var file = JSON.readTree("{\"model\":{\"type\":\"WordLevel\"}}".getBytes(UTF_8)).asObject();
    file.set(field, JSON.readTree(part.replace('\'', '"')));

    assertThat(Harmless.is(file)).isEqualTo(harmless);
  }
}
