using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Tests.Keys;

public sealed class SecretBytesTests
{
    [Fact]
    public void Dispose_HeldSpan_IsZeroed()
    {
        var secret = new SecretBytes(32);
        var span = secret.Span;
        span.Fill(0xA5);

        secret.Dispose();

        Assert.False(span.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Span_AfterDispose_Throws()
    {
        var secret = new SecretBytes(32);
        secret.Dispose();

        Assert.Throws<ObjectDisposedException>(() => secret.Span.Length);
    }

    [Fact]
    public void ToString_HeldSecret_DoesNotRevealIt()
    {
        using var secret = new SecretBytes(4);

        Assert.Equal(typeof(SecretBytes).FullName, secret.ToString());
    }
}
