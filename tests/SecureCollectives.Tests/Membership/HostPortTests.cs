using SecureCollectives.Membership;

namespace SecureCollectives.Tests.Membership;

public sealed class HostPortTests
{
    [Theory]
    [InlineData("10.0.0.1:80", "10.0.0.1", 80)]
    [InlineData("node-7.cluster.local:65535", "node-7.cluster.local", 65535)]
    [InlineData("localhost:1", "localhost", 1)]
    [InlineData("[::1]:29500", "::1", 29500)]
    [InlineData("[2001:db8::7]:29500", "2001:db8::7", 29500)]
    public void TryParse_HostAndPort_ReadsAndWritesTheSame(string text, string host, int port)
    {
        Assert.True(HostPort.TryParse(text, out var parsed));
        Assert.Equal(new HostPort(host, port), parsed);
        Assert.Equal(text, parsed.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":80")]
    [InlineData("host")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host:+1")]
    [InlineData("host: 80")]
    [InlineData("host:80 ")]
    [InlineData("host:0x50")]
    [InlineData("host:８０")]
    [InlineData("ho\u202est:80")]
    [InlineData("ho\u2028st:80")]
    [InlineData("ho\u200bst:80")]
    [InlineData("h\u00f6st:80")]
    [InlineData("[fe80::1%\u202e]:80")]
    [InlineData("[fe80::1%\u001b]:80")]
    [InlineData("ho st:80")]
    [InlineData("host\n:80")]
    [InlineData("http://host:80")]
    [InlineData("host/path:80")]
    [InlineData("user@host:80")]
    [InlineData("[::1:80")]
    [InlineData("::1]:80")]
    [InlineData("[]:80")]
    [InlineData("[host]:80")]
    [InlineData("[10.0.0.1]:80")]
    [InlineData("[[::1]]:80")]
    [InlineData("::1:80")]
    [InlineData("1:2:80")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(HostPort.TryParse(text, out _));

    [Fact]
    public void TryParse_VeryLong_IsRefused() => Assert.False(HostPort.TryParse(new string('a', 100_000) + ":80", out _));

    [Theory]
    [InlineData("0.0.0.0:80", "is the unspecified address, to which nobody can connect")]
    [InlineData("0:80", "is the unspecified address")]
    [InlineData("0x0:80", "is the unspecified address")]
    [InlineData("0.0.0.0.:80", "is the unspecified address")]
    [InlineData("[::]:80", "is the unspecified address")]
    [InlineData("[0:0::0]:80", "is the unspecified address")]
    [InlineData("[::ffff:0.0.0.0]:80", "is the unspecified address")]
    [InlineData("host", "is not of the form host:port")]
    [InlineData("host:0", "is not of the form host:port")]
    [InlineData("ho st:80", "is neither a host name nor an IP address")]
    public void TryParse_Refused_SaysWhatIsWrong(string text, string words)
    {
        Assert.False(HostPort.TryParse(text, out _, out var fault));
        Assert.StartsWith(words, fault);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void TryParse_LongLabel_IsRefusedBeyondTheLimit(int length, bool isAccepted)
    {
        Assert.Equal(isAccepted, HostPort.TryParse($"{new string('a', length)}.example:80", out _, out var fault));
        Assert.Equal(isAccepted, fault?.Contains("has a label of 64 characters", StringComparison.Ordinal) is null);
    }

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void TryParse_LongName_IsRefusedBeyondTheLimit(int length, bool isAccepted)
    {
        var name = string.Concat(Enumerable.Repeat("abcdefg.", 40))[..(length - 1)] + 'z';
        Assert.Equal(length, name.Length);
        Assert.Equal(isAccepted, HostPort.TryParse(name + ":80", out _, out var fault));
        Assert.Equal(isAccepted, fault?.Contains("has 254 characters; a host name has at most 253", StringComparison.Ordinal) is null);
    }

    /// <summary>Accepted text can be logged unchanged.</summary>
    [Fact]
    public void TryParse_AnyOneCharacter_IsRefusedOrPrintableAscii()
    {
        foreach (var format in new[] { "a{0}b:80", "{0}:80", "[fe80::1%{0}]:80", "[{0}::1]:80", "a:8{0}" })
        {
            for (var code = 0; code <= char.MaxValue; code++)
            {
                if (HostPort.TryParse(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, (char)code), out var parsed))
                {
                    Assert.All(parsed.ToString(), character => Assert.InRange(character, '!', '~'));
                }
            }
        }
    }
}
