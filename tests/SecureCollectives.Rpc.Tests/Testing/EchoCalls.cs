using Grpc.Core;

namespace SecureCollectives.Rpc.Tests;

/// <summary>The calls of Echo on a connection.</summary>
internal static class EchoCalls
{
    public static async Task<string> SayAsync(
        this ClientConnection connection, string text, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var reply = await connection.CallAsync(
            calls => new Echo.EchoClient(calls).SayAsync(new Note { Text = text }, null, DateTime.UtcNow + (timeout ?? TestLimits.Wait),
                cancellationToken).ResponseAsync, cancellationToken);
        return reply.Text;
    }

    /// <summary>Reads all responses into a list, which is complete even if the call fails.</summary>
    public static Task<bool> CountAsync(this ClientConnection connection, string text, List<string> answers,
        CancellationToken cancellationToken = default) => connection.CallAsync(
        async calls =>
        {
            using var call = new Echo.EchoClient(calls)
                .Count(new Note { Text = text }, null, DateTime.UtcNow + TestLimits.Wait, cancellationToken);
            await foreach (var note in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                answers.Add(note.Text);
            }

            return true;
        },
        cancellationToken);
}
