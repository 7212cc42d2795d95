using System.Runtime.InteropServices;

namespace SecureCollectives.Tests.Architecture;

/// <summary>
/// Framing and Security turn bytes into bytes. They use no task, socket, stream, logger, clock or file, so they can be read, fuzzed and
/// tested in isolation.
/// </summary>
public sealed class SansIoTests
{
    private static readonly string[] ForbiddenNamespaces =
        ["System.IO", "System.Net.Sockets", "System.Net.Http", "System.Threading.Tasks", "System.Threading.Channels",
            "Microsoft.Extensions", "Microsoft.AspNetCore"];

    private static readonly string[] ForbiddenTypes =
    [
        "System.Console", "System.Environment", "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Diagnostics.Process",
        "System.Threading.Thread", "System.Threading.Timer", "System.Threading.CancellationToken",
    ];

    private static readonly string[] Clocks = ["System.DateTime", "System.DateTimeOffset"];

    /// <summary>
    /// The one deliberate exception: the TLS options factory describes handshakes but performs none, and its types share a namespace with
    /// SslStream. Nothing else from that namespace may be used.
    /// </summary>
    private static readonly string[] TlsDescriptions =
    [
        "CipherSuitesPolicy", "EncryptionPolicy", "RemoteCertificateValidationCallback", "SslApplicationProtocol",
            "SslClientAuthenticationOptions", "SslPolicyErrors",
        "SslServerAuthenticationOptions", "SslStreamCertificateContext", "TlsCipherSuite",
    ];

    [Theory]
    [InlineData(Layers.Framing)]
    [InlineData(Layers.Security)]
    public void Assembly_BelowTransport_UsesNoTypeThatWaitsOrDoesIO(string name) => Assert.Empty(Offences(name));

    /// <summary>The scan finds forbidden names in an assembly that uses them.</summary>
    [Fact]
    public void Assembly_Transport_NamesSocketsTasksAndClocks()
    {
        var offences = Offences(Layers.Transport);

        Assert.Contains("System.Net.Sockets.Socket", offences);
        Assert.Contains("System.Threading.Tasks.Task", offences);
        Assert.Contains("System.Diagnostics.Stopwatch", offences);
    }

    /// <summary>
    /// The only native library loaded besides .NET's own is a cipher, which computes on memory as OpenSSL does. One type loads it, by
    /// absolute path.
    /// </summary>
    [Fact]
    public void Assembly_Security_LoadsALibraryInOnePlace()
    {
        var users = TypeUse.In(Layers.Load(Layers.Security)).Where(use => use.Used == typeof(NativeLibrary)).Select(use => use.User.Name)
            .Distinct();

        Assert.Equal(["IpsecMbLibrary"], users);
    }

    private static string[] Offences(string name)
    {
        var assembly = Layers.Load(name);
        return
        [
            .. MetadataNames.Types(assembly).Where(IsForbidden),
            .. MetadataNames.Members(assembly).Where(member => ReadsClock(member) || member.EndsWith("File", StringComparison.Ordinal)),
        ];
    }

    private static bool IsForbidden(string type)
    {
        var ns = type[..type.LastIndexOf('.')];
        return ns == "System.Net.Security"
            ? !TlsDescriptions.Contains(type[(ns.Length + 1)..])
            : ForbiddenTypes.Contains(type)
                || ForbiddenNamespaces.Any(forbidden => ns == forbidden || ns.StartsWith(forbidden + ".", StringComparison.Ordinal));
    }

    private static bool ReadsClock(string member) =>
        Clocks.Any(clock => member.StartsWith(clock + ".", StringComparison.Ordinal))
            && (member.EndsWith("Now", StringComparison.Ordinal) || member.EndsWith("get_Today", StringComparison.Ordinal));
}
