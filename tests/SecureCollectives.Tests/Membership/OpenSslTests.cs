using SecureCollectives.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>An independent TLS client at the control port of a running job.</summary>
public sealed class OpenSslTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The start of an HTTP/2 connection: the preface and empty settings. A server that accepts it answers with its own settings.
    /// </summary>
    private static readonly byte[] Request = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];

    private readonly TemporaryDirectory _directory = new();
    private RunningJob? _job;

    private RunningJob Running => _job!;

    private int Port => Running.Ports(1).Control;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OpenSslClient.IsInstalled, "openssl is not installed.");
        _job = await RunningJob.StartAsync(2);
    }

    public async ValueTask DisposeAsync()
    {
        if (_job is not null)
        {
            await _job.DisposeAsync();
        }

        _directory.Dispose();
    }

    /// <summary>Control for the refusals: the same client and request with a good certificate are answered.</summary>
    [Fact]
    public async Task ControlPort_GoodCertificate_IsAnswered()
    {
        var files = Running.Cluster.Pki.WriteFiles(_directory.Path, rank: 0);
        using var client = await OpenSslClient.StartAsync(Port, Request, ["-alpn", "h2", "-tls1_3", .. Presenting(files)]);
        await client.FirstByteAsync(Limit);
        await Running.ProveUnharmedAsync();
    }

    [Theory]
    [InlineData("-tls1_3", "-alpn", "h2")]
    [InlineData("-tls1_3")]
    public Task ControlPort_NoCertificate_SendsNothingAndSaysWhy(params string[] arguments) =>
        RefuseAsync("presented no certificate", arguments);

    [Theory]
    [InlineData("-tls1_3", "-alpn", "h2")]
    [InlineData("-tls1_3")]
    public async Task ControlPort_CertificateOfAnotherAuthority_SendsNothingAndSaysWhy(params string[] arguments)
    {
        using var foreign = new TestPki();
        await RefuseAsync("trust roots", [.. arguments, .. Presenting(foreign.WriteFiles(_directory.Path, rank: 0))]);
    }

    [Fact]
    public async Task ControlPort_GoodCertificateWithoutHttp2_SendsNothingAndSaysWhy()
    {
        var files = Running.Cluster.Pki.WriteFiles(_directory.Path, rank: 0);
        await RefuseAsync("did not offer HTTP/2 through ALPN", ["-tls1_3", .. Presenting(files)]);
    }

    [Fact]
    public async Task ControlPort_Tls12_IsRefusedInTheHandshake()
    {
        var files = Running.Cluster.Pki.WriteFiles(_directory.Path, rank: 0);
        var error = await RefuseAsync("The TLS handshake with", ["-tls1_2", "-alpn", "h2", .. Presenting(files)]);
        Assert.Contains("alert protocol version", error, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A client that offers only a suite with 128-bit keys is refused.</summary>
    [Fact]
    public async Task ControlPort_SuiteOf128BitsAlone_IsRefusedInTheHandshake()
    {
        var files = Running.Cluster.Pki.WriteFiles(_directory.Path, rank: 0);
        var error = await RefuseAsync(
            "The TLS handshake with", ["-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256", "-alpn", "h2", .. Presenting(files)]);
        Assert.Contains("handshake failure", error, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The lane port does not speak TLS: it sends a TLS client nothing, and closes the connection.</summary>
    [Fact]
    public async Task LanePort_TlsClient_SendsNothingAndSaysWhy()
    {
        using var client = await OpenSslClient.StartAsync(Running.Ports(1).Lanes, Request, "-tls1_3");
        var (received, _) = await client.EndAsync(Limit);
        Assert.Empty(received);
        await Running.Cluster.Logs.WaitForAsync(message => message.Contains("its hello was refused (Malformed)", StringComparison.Ordinal));
        await Running.ProveUnharmedAsync();
    }

    private static string[] Presenting(IdentityFiles files) => ["-cert", files.Certificate, "-key", files.Key];

    private async Task<string> RefuseAsync(string reason, string[] arguments)
    {
        using var client = await OpenSslClient.StartAsync(Port, Request, arguments);
        var (received, error) = await client.EndAsync(Limit);
        Assert.Empty(received);
        await Running.Cluster.Logs.WaitForAsync(
            message => message.StartsWith("The TLS handshake with 127.0.0.1:", StringComparison.Ordinal)
                && message.Contains(reason, StringComparison.Ordinal));
        await Running.ProveUnharmedAsync();
        return error;
    }
}
