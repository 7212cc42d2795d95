using System.Net.Sockets;
using SecureCollectives.Framing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.SharedMemory;
using SecureCollectives.Transport.Sockets;
using SecureCollectives.Transport.Tests.Lanes;
using SecureCollectives.Transport.Tests.Tcp;

namespace SecureCollectives.Transport.Tests.SharedMemory;

/// <summary>
/// Unauthenticated connections and malicious members at the Unix socket where shared-memory lanes begin, and a malicious acceptor at the
/// other end.
/// </summary>
public sealed class EvilIntroductionTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly RecordingLoggerFactory _logs = new();
    private readonly LinkEnds _link = LinkEnds.Agree();
    private readonly LaneListener _listener;
    private readonly string _name;

    public EvilIntroductionTests()
    {
        var acceptor = UnixAcceptor.Listen();
        _name = acceptor.Name;
        _listener = new LaneListener(acceptor, Patience.Limits, tls: null, _logs.Logger);
        _listener.Expect(_link.Responder);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _link.Dispose();
    }

    /// <summary>The connecting side chooses the size of the rings.</summary>
    [Theory]
    [InlineData(RingLayout.SmallestCapacity)]
    [InlineData(RingLayout.LargestCapacity)]
    public async Task Connect_RightfulWorker_GetsASharedMemoryLane(int capacity)
    {
        using var first = await ConnectAsync(0, capacity);
        using var second = await ConnectAsync(1, capacity);
        using var link = await _link.Responder.Completion.WaitAsync(Limit);
        foreach (var (mine, theirs) in new[] { (first, link.Lanes[0].Lane), (second, link.Lanes[1].Lane) })
        {
            Assert.IsType<SharedMemoryLane>(mine);
            Assert.IsType<SharedMemoryLane>(theirs);
            Assert.Equal((capacity, capacity), (((LendingLane)mine).LongestLoan, ((LendingLane)theirs).LongestLoan));
            LanePump.SendAll(mine, new byte[50_000]);
            Assert.Equal(50_000, LanePump.Receive(theirs, 50_000).Length);
            LanePump.SendAll(theirs, new byte[50_000]);
            Assert.Equal(50_000, LanePump.Receive(mine, 50_000).Length);
        }
    }

    /// <summary>
    /// A peer that holds the keys but passes something other than a ring is refused with the reason, and the lane stays available to a
    /// correct peer.
    /// </summary>
    [Theory]
    [MemberData(nameof(EvilFile.All), MemberType = typeof(EvilFile))]
    public async Task Connect_ValidHelloWithAnInvalidRing_IsRefused(string name, string words)
    {
        using var socket = Connect();
        using var file = EvilFile.Open(name);
        DescriptorMessage.Send((int)socket.Handle, _link.Hello(0), (int)file.DangerousGetHandle());
        await AssertClosedAsync(socket);
        await _logs.WaitForAsync(message => message.Contains("the peer's memory", StringComparison.Ordinal)
            && message.Contains(words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "the peer passed no memory")]
    [InlineData(2, "more than one descriptor")]
    [InlineData(3, "more than one descriptor")]
    [InlineData(253, "more than one descriptor")]
    public async Task Connect_ValidHelloWithoutExactlyOneDescriptor_IsRefusedAndLeavesNothingOpen(int count, string words)
    {
        var name = $"evil-{Guid.NewGuid():N}";
        using var file = EvilFile.Named(name);
        using var socket = Connect();
        DescriptorMessage.Send((int)socket.Handle, _link.Hello(0), [.. Enumerable.Repeat((int)file.DangerousGetHandle(), count)]);
        await AssertClosedAsync(socket);
        await _logs.WaitForAsync(message => message.Contains(words, StringComparison.Ordinal));
        await Task.Run(() => LanePump.Until(() => DescriptorsOf(name) == 1));
    }

    /// <summary>The peer sends a descriptor with each byte. The second one ends the connection.</summary>
    [Fact]
    public async Task Connect_DescriptorWithEachByte_IsRefused()
    {
        var (mapping, file) = RingFile.Create(RingLayout.LargestCapacity);
        using (mapping)
        using (file)
        {
            using var socket = Connect();
            DescriptorMessage.Send((int)socket.Handle, [1], (int)file.DangerousGetHandle());
            DescriptorMessage.Send((int)socket.Handle, [2], (int)file.DangerousGetHandle());
            await AssertClosedAsync(socket);
            await _logs.WaitForAsync(message => message.Contains("more than one descriptor", StringComparison.Ordinal));
        }
    }

    /// <summary>An unauthenticated connection from this host: its memory is not even inspected.</summary>
    [Fact]
    public async Task Connect_UnauthenticatedConnectionWithARing_IsRefusedByItsHello()
    {
        var (mapping, file) = RingFile.Create(RingLayout.LargestCapacity);
        using (mapping)
        using (file)
        {
            using var socket = Connect();
            DescriptorMessage.Send((int)socket.Handle, new byte[LaneHello.Length], (int)file.DangerousGetHandle());
            await AssertClosedAsync(socket);
            await _logs.WaitForAsync(message => message.Contains("its hello was refused", StringComparison.Ordinal)
                && message.Contains($"process {Environment.ProcessId}", StringComparison.Ordinal));
        }

        await Connect_RightfulWorker_GetsASharedMemoryLane(RingLayout.LargestCapacity);
    }

    /// <summary>The victim's own ring passed back to it is ordinary memory: frames in it do not come from the peer.</summary>
    [Fact]
    public void Map_OwnRingPassedBack_HoldsOnlyOwnBytes()
    {
        var (mapping, file) = RingFile.Create(RingLayout.LargestCapacity);
        using (mapping)
        using (file)
        using (var back = RingFile.Map(file))
        {
            mapping.Ring(0, 1)[0] = 7;
            Assert.Equal(7, back.Ring(0, 1)[0]);
        }
    }

    [Theory]
    [MemberData(nameof(EvilFile.All), MemberType = typeof(EvilFile))]
    public async Task Acceptor_AnswersWithAnInvalidRing_IsRefused(string name, string words)
    {
        using var file = EvilFile.Open(name);
        var failure = await AnswerAsync((int)file.DangerousGetHandle());
        Assert.Contains(words, failure.Message);
    }

    [Fact]
    public async Task Acceptor_AnswersWithARingOfAnotherCapacity_IsRefused()
    {
        var (mapping, file) = RingFile.Create(RingLayout.SmallestCapacity);
        using (mapping)
        using (file)
        {
            Assert.Contains($"has {RingLayout.SmallestCapacity} bytes, but this side's has {RingLayout.LargestCapacity}",
                (await AnswerAsync((int)file.DangerousGetHandle())).Message);
        }
    }

    [Fact]
    public async Task Acceptor_AnswersWithoutARing_IsRefused() => Assert.Contains("no memory", (await AnswerAsync()).Message);

    /// <summary>A worker without the keys has taken the socket's name.</summary>
    [Fact]
    public async Task Acceptor_WithoutTheKeys_IsNotThePeer()
    {
        var (mapping, file) = RingFile.Create(RingLayout.LargestCapacity);
        using (mapping)
        using (file)
        {
            using var acceptor = UnixAcceptor.Listen();
            var connecting = Task.Run(() => Connector(acceptor.Name, 0).Connect(LinkEnds.ResponderIdentity));
            using var accepted = await AcceptAsync(acceptor);
            DescriptorMessage.Send((int)accepted.Handle, new byte[LaneHello.AnswerLength], (int)file.DangerousGetHandle());
            Assert.Contains("does not hold the keys",
                (await Assert.ThrowsAsync<LaneConnectException>(() => connecting.WaitAsync(Limit))).Message);
        }
    }

    [Fact]
    public async Task Connect_NobodyListens_FailsAtOnce() =>
        await Assert.ThrowsAsync<LaneConnectException>(
            () => Task.Run(() => Connector($"sc-{new string('0', 32)}", 0).Connect(LinkEnds.ResponderIdentity)).WaitAsync(Limit));

    private SharedMemoryConnector Connector(string name, ushort lane, int capacity = RingLayout.LargestCapacity) =>
        new(name, _link.Initiator, lane, capacity, tls: null, Limit, CancellationToken.None);

    private Task<Lane> ConnectAsync(ushort lane, int capacity) =>
        Task.Run(() => Connector(_name, lane, capacity).Connect(LinkEnds.ResponderIdentity));

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(UnixAcceptor.EndPointOf(_name));
        return socket;
    }

    /// <summary>Answers correctly as a member, with the given descriptors.</summary>
    private async Task<LaneConnectException> AnswerAsync(params int[] descriptors)
    {
        using var acceptor = UnixAcceptor.Listen();
        var connecting = Task.Run(() => Connector(acceptor.Name, 0).Connect(LinkEnds.ResponderIdentity));
        using var accepted = await AcceptAsync(acceptor);
        var (hello, answer) = (new byte[LaneHello.Length], new byte[LaneHello.AnswerLength]);
        for (var received = 0; received < hello.Length;)
        {
            received += accepted.Receive(hello.AsSpan(received));
        }

        Assert.Equal(Security.Keys.HelloStatus.Ok, _link.Responder.Verify(hello, default, answer, out _));
        DescriptorMessage.Send((int)accepted.Handle, answer, descriptors);
        return await Assert.ThrowsAsync<LaneConnectException>(() => connecting.WaitAsync(Limit));
    }

    private static async Task<Socket> AcceptAsync(UnixAcceptor acceptor)
    {
        AcceptedConnection accepted = default;
        await Task.Run(() => LanePump.Until(() => acceptor.TryAccept(out accepted)));

        // The descriptor was accepted as non-blocking; setting both values makes .NET update its own state.
        var socket = new Socket(new SafeSocketHandle(accepted.Descriptor, ownsHandle: true)) { Blocking = false };
        socket.Blocking = true;
        return socket;
    }

    private static async Task AssertClosedAsync(Socket socket)
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).WaitAsync(Limit));
        }
        catch (SocketException exception)
        {
            Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        }
    }

    /// <summary>Counts this process's descriptors of an in-memory file. Descriptors of other tests may be closed meanwhile.</summary>
    private static int DescriptorsOf(string name) => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(path =>
    {
        try
        {
            return new FileInfo(path).LinkTarget?.StartsWith($"/memfd:{name}", StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            return false;
        }
    });
}
