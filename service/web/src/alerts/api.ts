import { ask, call } from '@/api/client'
import type { Delivery, Notice, Page, Subscription, SubscriptionWish } from '@/api/types'

export const KINDS = ['raised', 'joined', 'rebounded', 'assigned', 'due_soon', 'overdue', 'escalated', 'returned', 'concluded', 'transferred', 'reopened', 'closed'] as const
export const CHANNELS = ['wecom', 'dingtalk', 'feishu', 'email', 'webhook'] as const
export const FREQUENCIES = ['at_once', 'daily', 'weekly'] as const

export function newestNotices(): Promise<{ items: Notice[]; position: number }> {
  return call('GET', '/api/notices', { query: { limit: 30 } })
}

export function listSubscriptions(): Promise<Subscription[]> {
  return call('GET', '/api/subscriptions')
}

export function subscribe(wish: SubscriptionWish): Promise<Subscription & { secret: string }> {
  return call('POST', '/api/subscriptions', { json: wish })
}

export async function unsubscribe(id: number): Promise<void> {
  await ask('DELETE', `/api/subscriptions/${id}`)
}

export function listDeliveries(): Promise<Page<Delivery>> {
  return call('GET', '/api/deliveries', { query: { limit: 50 } })
}

export async function resend(id: string): Promise<void> {
  await ask('POST', `/api/deliveries/${id}/resend`)
}
