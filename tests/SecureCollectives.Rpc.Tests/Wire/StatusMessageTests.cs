using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc.Tests.Wire;

public sealed class StatusMessageTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain text, with: punctuation!~", "plain text, with: punctuation!~")]
    [InlineData("100 %", "100 %25")]
    [InlineData("%41", "%2541")]
    [InlineData("a\nb\r\tc\0", "a%0Ab%0D%09c%00")]
    [InlineData("\u007f", "%7F")]
    [InlineData("ü", "%C3%BC")]
    [InlineData("☃", "%E2%98%83")]
    [InlineData("😀", "%F0%9F%98%80")]
    public void Encode_Text_IsPercentEncodedUtf8AndDecodesBack(string text, string encoded)
    {
        Assert.Equal(encoded, StatusMessage.Encode(text));
        Assert.Equal(text, StatusMessage.Decode(encoded));
    }

    [Theory]
    [InlineData("%c3%bc", "ü")]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%4g%41", "%4gA")]
    [InlineData("50%", "50%")]
    [InlineData("%C3", "\ufffd")]
    [InlineData("ü%41", "üA")]
    public void Decode_NotAsWeEncode_NeverFails(string encoded, string text) => Assert.Equal(text, StatusMessage.Decode(encoded));

    [Fact]
    public void Encode_LoneSurrogate_BecomesReplacementCharacter() => Assert.Equal("%EF%BF%BD", StatusMessage.Encode("\ud800"));

    [Fact]
    public void Encode_TooLong_IsCutBetweenCharacters()
    {
        string text = new string('a', StatusMessage.MaxLength - 1) + "😀";

        Assert.Equal(new string('a', StatusMessage.MaxLength - 1), StatusMessage.Encode(text));
    }
}
