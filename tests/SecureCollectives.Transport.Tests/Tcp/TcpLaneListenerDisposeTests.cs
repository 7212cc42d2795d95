using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Admission;
using SecureCollectives.Testing;

namespace SecureCollectives.Transport.Tests.Tcp;

public sealed class TcpLaneListenerDisposeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Dispose_ThreadIsBlocked_StillClosesThePort()
    {
        using var logger = new HeldUpLogger();
        var listener = new TcpLaneListener(IPAddress.Loopback, new AdmissionLimits(), tls: null, logger);
        using var rawConnection = await RawConnection.OpenAsync(listener.Port);
        await rawConnection.SendAsync(new byte[100]);
        await logger.Reached.WaitAsync(Limit);

        await Task.Run(listener.Dispose).WaitAsync(Limit);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var refused = await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(IPAddress.Loopback, listener.Port));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

        logger.GoOn();
        await rawConnection.ReadToEndAsync(Limit);
    }

    /// <summary>Blocks every thread that logs.</summary>
    private sealed class HeldUpLogger : ILogger, IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _goOn = new();

        public Task Reached => _reached.Task;

        public void GoOn() => _goOn.Set();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _reached.TrySetResult();
            _goOn.Wait(Limit);
        }

        public void Dispose() => _goOn.Dispose();
    }
}
